"""Uploads: images for jobs to work on."""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from pydantic import BaseModel, Field

from nightshift.clock import now
from nightshift.models.requests import UploadRequest
from nightshift.upload_forms import sign_upload
from nightshift_http.app import tenant
from nightshift_http.documentation import answers, refusals
from nightshift_http.parameters import IdempotencyKey
from nightshift_http.responses import created

router = APIGatewayRouter()


class UploadForm(BaseModel):
    image_artifact: str = Field(description="What jobs call the image once it is there.")
    url: str = Field(description="Where to post the form, as multipart/form-data.")
    fields: dict[str, str] = Field(description="The form's fields, before the last one, file, which is the image.")
    expires_in: int = Field(description="Seconds for which the form holds.")


@router.post(
    "/uploads",
    summary="Sign the upload of an image",
    operation_id="sign_upload",
    description="The image goes to the bucket, not through the API, and is kept as long as every file. The same "
    "request with the same Idempotency-Key gets a new form for the same image.",
    tags=["artifacts"],
    status_code=201,
    responses=answers(201, UploadForm, "The form to upload with.") | refusals(400, 409, 413, 415, 503),
)
def sign(body: Annotated[UploadRequest, Body()], idempotency_key: IdempotencyKey = None) -> Response[UploadForm]:
    signed = sign_upload(tenant(router), body, idempotency_key, now())
    upload = signed.resource
    form = UploadForm(
        image_artifact=upload.image_artifact, url=upload.url, fields=upload.fields, expires_in=upload.expires_in
    )
    location = f"{upload.url}/{upload.fields['key']}"
    return created(form, location, replayed=signed.replayed, headers={"Cache-Control": "no-store"})
